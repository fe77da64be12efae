"""What people do: one function a use, one transaction's worth; and the queries. No Flask."""
