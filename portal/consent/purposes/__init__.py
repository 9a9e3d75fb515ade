"""What customers are asked about, in versions: purposes, companies, directories, and the words."""
