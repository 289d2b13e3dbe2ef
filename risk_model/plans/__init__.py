"""处置方案的办理: plans after they were drafted. Officials edit, sign and adopt them; what the machine drafts later is kept apart."""
