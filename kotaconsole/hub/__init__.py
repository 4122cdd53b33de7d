"""The hub: the reference server of the Referral API. It shares only `domain` and `wire` with the console."""
