namespace PyWharf.Unit.Domain;

/// <summary>Names that leave the folder they are joined to, open a device, or show as something else; project <c>foo</c> or a device.</summary>
internal static class UnsafeFilenames
{
    public static readonly string[] All =
    [
        "", ".", "..", "...", "/", "\\", "NUL", "nul", "con.whl", "CON.tar.gz", "aux.zip", "COM1.whl", "lpt9.tar.gz", "COM¹.zip", "conin$.zip",
        "nul .whl", "con.foo-1.0.tar.gz", "nul.foo-1.0-py3-none-any.whl",
        "../foo-1.0.tar.gz", "..\\foo-1.0.tar.gz", "/foo-1.0.tar.gz", "foo-1.0/../../x.tar.gz", "foo-1.0\\x.tar.gz", "foo/1.0-py3-none-any.whl",
        "a\\b.whl", "foo\\bar-1.0-py3-none-any.whl", "C:foo-1.0.tar.gz", "foo-1.0.tar.gz:x.zip", ".foo-1.0.tar.gz", "..foo-1.0.tar.gz",
        "foo-1.0\0.tar.gz", "foo-1.0.tar.gz\0", "foo-1.0.tar.gz\n", "foo-1.0\r\n.tar.gz", "foo-1.0\u007F.tar.gz", "foo-1.0\u0085.tar.gz",
        "foo-1.0\u2028.tar.gz", "foo-1.0\uD800.tar.gz", "foo-1.0.tar.gz ", " foo-1.0.tar.gz", "foo-1.0.tar.gz.", "foo-1*.zip", "foo-1?.zip",
        "foo-1\".zip", "foo-<b>.zip", "foo-|.zip",
    ];
}
