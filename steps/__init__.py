"""Words to calls: one module for each domain word."""
