namespace PyWharf.Api.Pages;

/// <summary>What a visitor filled in before an action on a project, unchecked; empty where the page has no such field.</summary>
/// <param name="Reason">The reason of a yank or a status.</param>
/// <param name="Status">The new status.</param>
/// <param name="Confirmation">The name that was typed to confirm a deletion.</param>
public sealed record ProjectActionFields(string Reason, string Status, string Confirmation);
