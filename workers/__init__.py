"""Making renditions: who may make one, what is heard meanwhile, and the Celery tasks that do it."""
