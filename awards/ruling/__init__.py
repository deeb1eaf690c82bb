"""What the office in charge sets for its territory: terms, quotas, required consultations,
restrictions; each dated, by a text, ended and never rewritten."""
