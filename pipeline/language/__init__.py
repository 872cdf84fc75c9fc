"""What Chinese official prose is made of: text normalising, numerals, units, figures. Pure; imports nothing of ours."""
