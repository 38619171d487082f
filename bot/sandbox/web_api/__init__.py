"""The Web API's methods, a file for each family, and what they share: arguments and dispatch."""
