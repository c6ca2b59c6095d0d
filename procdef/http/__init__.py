"""What both REST surfaces share: routes, arguments, answers, OpenAPI and limits. It knows neither surface."""
