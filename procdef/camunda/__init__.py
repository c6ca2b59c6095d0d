"""The Camunda surface: the REST API of Camunda 7, with its tables, its views, its conversions and its errors."""
