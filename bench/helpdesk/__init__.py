"""django-helpdesk, in a virtual environment and a database of its own: the peer."""
