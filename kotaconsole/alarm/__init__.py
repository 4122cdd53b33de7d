"""The alarm desk: decides what rings and holds the sounder. No Qt: a frozen window cannot silence it."""
