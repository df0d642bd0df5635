"""Who signs in: accounts and the places they answer for, passwords, sessions, the throttle."""
