"""The one room that speaks SQL. Invariant: what must be true across windows is one transaction here."""
