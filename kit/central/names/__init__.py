"""Https names of kits, an option: a certificate for each is asked of an authority by ACME (RFC 8555) and goes down.

The domain, the authority and the key of the DNS zone are the administrator's to say; without them nothing here works
and nothing is missing. The libraries come with the extra `names` and are imported by the background work alone.
"""
