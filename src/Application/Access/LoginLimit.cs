namespace PyWharf.Application.Access;

/// <summary>How many wrong credentials an address may show within a minute before it is locked out.</summary>
/// <param name="MostFailures">0 for any number.</param>
public sealed record LoginLimit(int MostFailures);
