"""The wire: JSON in the exact form of the Referral API, read and written by hub and console alike."""
