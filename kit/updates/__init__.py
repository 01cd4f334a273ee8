"""Updates of the application: signed wheels, laid beside the version that runs, tried before they serve."""
