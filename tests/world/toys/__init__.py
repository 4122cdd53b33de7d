"""Small programs that the world's own tests drive."""
