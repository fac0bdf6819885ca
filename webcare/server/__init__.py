"""What the web server does before a page is asked: bodies, connections, files and addresses."""
