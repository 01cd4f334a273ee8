"""Letters: grievances and questions. Somebody writes to the team, and reads the answer with a code of six words."""
