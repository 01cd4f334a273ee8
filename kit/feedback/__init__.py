"""Questionnaires and answers: what people think."""
