"""府院台账: requests between court and government, both ways; who asked whom, what was answered, how long it took."""
