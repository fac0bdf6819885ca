"""Any CRM behind one address of its owner's: docs/crm.md is the contract."""
