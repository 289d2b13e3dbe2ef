"""Official papers (公文): what they say, and the same as a Word file or Markdown."""
