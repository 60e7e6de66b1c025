namespace PyWharf.Integration.Support.GitHub;

/// <summary>A user or an organization.</summary>
internal sealed record FakeAccount(string Login, long Id, bool IsOrganization);
