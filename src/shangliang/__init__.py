"""Shangliang (商量): a district's grassroots deliberation, from what a resident says to what came of it."""
