namespace PyWharf.Infrastructure.Backends;

/// <summary>Something wrong with a repository that <c>pywharf verify</c> found.</summary>
/// <param name="Kind">One of <see cref="StorageFaultKind"/>, for scripts.</param>
/// <param name="Project">The folder of the project, as it is spelled; null where the fault concerns the whole repository.</param>
/// <param name="File">The file; null where the fault concerns more.</param>
/// <param name="Message">What is wrong, and what to do about it.</param>
public sealed record StorageFault(string Kind, string? Project, string? File, string Message);
