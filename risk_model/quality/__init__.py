"""Is the model still fed what it learnt from: drift, quota junk, and which events to ask people about. Pure."""
