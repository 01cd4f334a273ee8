"""Shared HTTP: error pages, CSRF, language, paging, template filters, security headers, static files."""
