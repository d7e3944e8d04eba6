"""What people do in the courses. The only place of this domain that changes anything."""
