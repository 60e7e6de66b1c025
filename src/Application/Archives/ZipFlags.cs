namespace PyWharf.Application.Archives;

/// <summary>General purpose bit flags that affect reading (APPNOTE.TXT 4.4.4).</summary>
[Flags]
internal enum ZipFlags
{
    None = 0,
    Encrypted = 1 << 0,

    /// <summary>Checksum and sizes follow the data.</summary>
    DataDescriptor = 1 << 3,
    Patch = 1 << 5,
    StrongEncryption = 1 << 6,
    Utf8 = 1 << 11,
    MaskedHeaders = 1 << 13,

    Meaningful = Encrypted | DataDescriptor | Patch | StrongEncryption | Utf8 | MaskedHeaders,
    Refused = Encrypted | Patch | StrongEncryption | MaskedHeaders,
}
