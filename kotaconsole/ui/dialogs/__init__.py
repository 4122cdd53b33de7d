"""Sheets that ask for what an action needs. None of them is modal: an alarm is never behind one."""
