"""Vouchers (Pass numérique and its kin): kinds with a value, counted at the door, a statement for the organisation."""
