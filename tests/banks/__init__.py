"""The banks: reading, checking, and what ships."""
