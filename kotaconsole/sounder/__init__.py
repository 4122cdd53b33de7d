"""The alarm's own small process: plays what it is told, and says whether it can be heard. No Qt, no database."""
