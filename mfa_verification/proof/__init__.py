"""Before a failure is called the tenant's: are the dependencies well, and what do the tenant's own records say?"""
