namespace PyWharf.Infrastructure.Backends;

/// <summary>The kinds of faults that <c>pywharf verify</c> tells apart, as they are in its JSON.</summary>
public static class StorageFaultKind
{
    /// <summary>The bytes of a file are not those that were recorded.</summary>
    public const string Digest = "digest";

    /// <summary>A file is gone.</summary>
    public const string Missing = "missing";

    /// <summary>A file or folder can't be read, or is no regular file.</summary>
    public const string Unreadable = "unreadable";

    /// <summary>A file in the folder of another project.</summary>
    public const string WrongProject = "wrong_project";

    /// <summary>A document beside a file, or one that was made from it, is damaged.</summary>
    public const string Metadata = "metadata";

    /// <summary>The record of a project is damaged.</summary>
    public const string Record = "record";

    /// <summary>The index differs from the storage, or is damaged.</summary>
    public const string Index = "index";

    /// <summary>The storage of a repository is not there.</summary>
    public const string Storage = "storage";
}
