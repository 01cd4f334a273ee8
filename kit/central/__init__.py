"""The home side: enrolment of kits, the fleet, what came in."""
