"""The project package: settings, processes and addresses. No business rules live here."""
