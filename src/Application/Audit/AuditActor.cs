namespace PyWharf.Application.Audit;

/// <summary>Who did something.</summary>
/// <param name="Kind"><c>secret</c>, <c>token</c>, <c>session</c>, <c>github</c>, <c>publisher</c> or <c>command</c>.</param>
/// <param name="Name">The token's name, «write secret», a GitHub login, a user of this machine: never a secret.</param>
public sealed record AuditActor(string Kind, string Name);
