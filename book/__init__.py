"""The site around the chapters: how it is executed, checked and built."""
