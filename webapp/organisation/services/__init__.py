"""What an administrator does with people and places. Each change leaves an audit event."""
