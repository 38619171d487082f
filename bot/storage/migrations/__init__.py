"""Every step from one version's tables to the next."""
