"""Signs in through the tenant's pages, in a browser or over HTTP."""
