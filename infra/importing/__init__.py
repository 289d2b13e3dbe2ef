"""Files as agencies have them (CSV, Excel, JSONL) into Kafka, resumable, and accounted for to the row."""
