"""The browser-trusted name of a kit, an option: its TLS key, the certificate that comes at a sending, and serving it.

Nothing depends on it: posters, codes and tickets say http, and where there is no certificate the port 443 is shut.
"""
