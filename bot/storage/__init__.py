"""The database: the only truth. Tables, migrations, and one repository a step or reader needs."""
