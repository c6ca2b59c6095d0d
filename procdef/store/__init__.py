"""What is kept: models under Camunda's own table and column names, transactions, migrations, deployments."""
