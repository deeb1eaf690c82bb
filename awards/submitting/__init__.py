"""The papers that carry nominations from one office to the next."""
