"""Step-by-step sheets: what people say of them, and what the team looks at."""
