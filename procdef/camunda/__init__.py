"""The Camunda 7 REST surface: its tables of filters, its views, its conversions and its error shape."""
